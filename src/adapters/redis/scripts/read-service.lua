--[[
Answers what is kept of a service, of one moment.

KEYS   1 service
ARGV   1 environment/service   2 prefix
       (the service's other keys follow from these; they share its slot)
Returns targets stable active revision, as includes/service-record.lua has it
Writes  nothing
]]
--- @include includes/service-record.lua

return service_record(ARGV[2], ARGV[1])
