PRELOADED = PRELOADED and "again" or "once" -- luacheck: ignore
