--[[
Takes a signed job as accepted and its nonce as used. Sent again for the same content, it says the same.

KEYS   1 acceptance of the job   2 nonce
ARGV   1 digest of the content   2 ms an acceptance lasts   3 ms the nonce is remembered
Returns 1, or 0 where the nonce was used before
Writes  acceptance, nonce
]]
if redis.call('EXISTS', KEYS[2]) == 1 then
  return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
