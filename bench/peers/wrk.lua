-- wrk -s wrk.lua URL -- METHOD [BODY_FILE [PATHS_FILE]]: the same request again and again, or one
-- for each line of PATHS_FILE in random order; and a line that load.py reads. "-" is no file.

local requests = {}

local function content(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  wrk.method = args[1]
  if args[2] and args[2] ~= "-" then
    wrk.body = content(args[2])
    wrk.headers["Content-Type"] = "application/json"
  end
  if args[3] then
    for path in content(args[3]):gmatch("[^\n]+") do
      requests[#requests + 1] = wrk.format(nil, path)
    end
    function request() return requests[math.random(#requests)] end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("tally %d %d %d %d %d %d\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99)))
end
