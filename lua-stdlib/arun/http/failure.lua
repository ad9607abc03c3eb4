-- What went wrong is told together with the request.

local concerned = { io = true, dns = true, tls = true, http = true, timeout = true, closed = true, json = true }

-- Gives an error the request it happened to, once.
return function(err, request)
  if type(err) == "table" and concerned[err.kind] and not err.url then
    err.url = request.shown
    err.method = request.method
    err.message = ("%s %s: %s"):format(request.method, request.shown, err.message)
  end
  return err
end
