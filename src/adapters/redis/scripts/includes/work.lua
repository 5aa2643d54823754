-- The kind of work a status calls for, as domain/orchestrator/work-owed.ts says it; false for none.
local WORK = {
  approved = 'execute',
  executing = 'execute',
  verifying = 'verify',
  rolling_back = 'rollback',
}
local function work_owed(status)
  return WORK[status] or false
end
