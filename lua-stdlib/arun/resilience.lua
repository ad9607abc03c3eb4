---@meta arun.resilience
-- Living with what fails or is slow: retry, circuit_breaker, rate_limiter, lru_cache. Times are seconds.
-- Where a function is taken, an async function is taken as well.

local resilience = {}

---Calls fn until it succeeds, with waits between the attempts that grow: `base`, `base * factor`,
---`base * factor^2`, ..., at most `max`. The first call is at once. A cancellation is passed on, never retried.
---A coroutine object runs once only, so it is awaited once, whatever the options say.
---@param fn function|any a function without arguments, or a coroutine object
---@param options? arun.RetryOptions
---@return any ... the results of fn
---Raises the error of the last attempt as it is. Kind "usage" for wrong options.
---@usage local page = resilience.retry(function() return fetch(url) end, { attempts = 5, retry_on = "io" })
resilience.retry = require "arun.resilience.retry"

---@class arun.RetryOptions the options of retry
---@field attempts integer? calls of fn at most (default 3; math.huge: without end)
---@field base number? the first wait in seconds (default 0.1)
---@field factor number? by which each wait is longer than the one before (default 2)
---@field max number? the longest wait in seconds (default 30)
---@field jitter boolean|number? the part of a wait, from 0 to 1, that is left to chance, so that many callers do not
---come back at the same time: a wait of 1 s with 0.2 takes 0.8 to 1 s. true (the default) is 0.5, false is 0
---@field retry_on (fun(err: any): boolean)|string|string[]|nil which errors are worth another attempt: what the
---function says, or those of this kind or one of these (default: all)
---@field on_retry fun(err: any, attempt: integer, wait: number)? is called before each wait, with the number of the
---attempt that failed (from 1) and the seconds until the next

---Makes a circuit breaker: after `failures` failures in a row it opens and refuses calls, so that what has failed can
---recover. After `reset` seconds it lets one call through, and closes when that succeeds.
---@param options? {failures: integer, reset: number, on_change: fun(from: string, to: string)} `failures`: default 5;
---`reset`: in seconds (default 30); `on_change`: is called with the states it goes from and to
---@return arun.CircuitBreaker
---Raises kind "usage" for wrong options.
---@usage local breaker = resilience.circuit_breaker { failures = 3, reset = 10 }
resilience.circuit_breaker = require "arun.resilience.circuit_breaker"

---Makes a rate limiter: a bucket that holds `burst` tokens, and gets `rate` new ones every `per` seconds.
---@param options {rate: number, per: number, burst: number} `rate`: new tokens in each period; `per`: its length in
---seconds (default 1); `burst`: tokens it holds (default: the rate, but at least 1)
---@return arun.RateLimiter
---Raises kind "usage" for wrong options.
---@usage local limiter = resilience.rate_limiter { rate = 10, per = 1 }
resilience.rate_limiter = require "arun.resilience.rate_limiter"

---Makes a function that remembers the results of fn for the arguments used last. While fn runs, calls with the same
---arguments wait for the same run. An error goes to all who wait and is not remembered. A run is cancelled when all who
---wait for it are. Arguments are the same when they are equal and of one type: 1 and 1.0 are apart, nil and NaN are
---arguments like any other, tables are the same when they are one table.
---@param fn function
---@param options? {maxsize: number, ttl: number, key: function} `maxsize`: results kept (default 128; 0: none;
---math.huge: all); `ttl`: seconds a result stays valid (default: for ever); `key`: is given the arguments,
---and gives one value or several that tell calls apart in their place
---@return arun.LruCache cache to be called like fn
---Raises kind "usage" for wrong options.
---@usage local user = resilience.lru_cache(fetch_user, { maxsize = 1000, ttl = 60 })
resilience.lru_cache = require "arun.resilience.lru_cache"

return resilience
