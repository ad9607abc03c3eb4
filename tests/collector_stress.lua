-- For `arun test --preload tests.collector_stress`: the collector goes through the whole heap again and again.
collectgarbage("setpause", 0)
collectgarbage("incremental", 0, 1000, 1)
