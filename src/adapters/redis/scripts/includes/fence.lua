-- What a worker names: its fence, and itself behind a colon where it made the claim that gave it.
local function fence_and_worker(named)
  return string.match(named, '^(%d*):?(.*)$')
end

-- A failover may lose a claim: the next one gets the same fence, and another worker has it.
local function is_anothers(fence, worker, now_fence, now_worker)
  return fence == now_fence and worker ~= '' and worker ~= now_worker
end
