---Tasks that were left running, as text.
---@param tasks arun.Task[]
---@return string
return function(tasks)
  local out = {}
  for _, task in ipairs(tasks) do
    local waits = task:waits_for()
    out[#out + 1] = ("left running: task '%s' (created at %s)%s"):format(task:name(), task:created_at(),
      waits and " waits for " .. waits or "")
  end
  return table.concat(out, "\n")
end
