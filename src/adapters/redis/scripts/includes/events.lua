-- Appends a counted list of events to the deployment's list and to the stream of all.
-- Each is seven arguments: type, time, sequence, state, actor, data, entry for the list.
local function append_events(at, list, stream, counters, max_events, subject)
  local count = tonumber(ARGV[at])
  if count == 0 then
    return
  end
  local sequence = redis.call('HINCRBY', counters, 'sequence', count) - count
  local first, entries = at + 1, {}
  for event = 1, count do
    local from = first + 7 * (event - 1)
    entries[#entries + 1] = ARGV[from + 6]
    if #entries == 1000 or event == count then
      redis.call('RPUSH', list, unpack(entries))
      entries = {}
    end
    redis.call('XADD', stream, 'MAXLEN', '~', max_events, string.format('%.0f-0', sequence + event),
      'sequence', ARGV[from + 2], 'type', ARGV[from], 'time', ARGV[from + 1],
      'deploymentId', subject.id, 'service', subject.service,
      'environment', subject.environment, 'version', subject.version,
      'state', ARGV[from + 3], 'actor', ARGV[from + 4], 'data', ARGV[from + 5])
  end
end
