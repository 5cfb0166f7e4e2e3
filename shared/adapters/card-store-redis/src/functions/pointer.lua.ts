/**
 * Pointers by themselves, for a cluster, where they lie on another node than what is saved. A save that is refused takes
 * its pointer away again, unless another save of the same key has come upon it meanwhile: so each that puts it is
 * counted, and one that may have saved is never taken off.
 */
export const pointerLua = String.raw`
local countMax = 255

local function putPointer(keys, args)
  local given = cmsgpack.unpack(args[1])
  local opId, bodyHash, decided, home = given[1], given[2], given[3], given[4]
  local refused = notOpen(redis.call('HGET', keys[1], 'open'))
  if refused then return refused end
  local key = byOne(home, 'p:', opId)
  local standing = redis.call('HGET', key, opId)
  if not standing then
    redis.call('HSET', key, opId, struct.pack('>HB', decided, 1) .. bodyHash)
    return 0
  end
  local count, known = string.byte(standing, 3), string.sub(standing, 4)
  if known ~= '' and known ~= bodyHash then return standing end
  if count > 0 and count < countMax then
    redis.call('HSET', key, opId, string.sub(standing, 1, 2) .. string.char(count + 1) .. known)
  end
  return standing
end

local function releasePointer(keys, args)
  local given = cmsgpack.unpack(args[1])
  local opId, home = given[1], given[2]
  local key = byOne(home, 'p:', opId)
  local standing = redis.call('HGET', key, opId)
  local count = standing and string.byte(standing, 3) or 0
  if count == 1 then redis.call('HDEL', key, opId)
  elseif count > 1 and count < countMax then
    redis.call('HSET', key, opId, string.sub(standing, 1, 2) .. string.char(count - 1) .. string.sub(standing, 4))
  end
  return 0
end
`;
