/** Streams, indexes and pages beside the save. */
export const streamLua = String.raw`
local function trim(keys, args)
  local to = cmsgpack.unpack(args[1])
  local shard, epoch, seq, chain = to[1], to[2], to[3], to[4]
  local stands = redis.call('HMGET', keys[1], 'open', 'next', 'trim', 'epoch')
  local refused = notOpen(stands[1])
  if refused then return refused end
  local from = tonumber(stands[3])
  if seq < from or (seq == from and epoch <= tonumber(stands[4])) then return { 0 } end
  if seq > tonumber(stands[2]) then return { 1, stands[2] } end
  redis.call('XTRIM', tag(shard) .. 'e', 'MINID', '=', whole(seq) .. '-1')
  redis.call('HSET', keys[1], 'trim', whole(seq), 'epoch', whole(epoch), 'chain', chain)
  return { 0 }
end

-- All records of some buckets, as many buckets as give enough of them.
local function gather(keys, args)
  local asked = cmsgpack.unpack(args[1])
  local buckets, enough = asked[1], asked[2]
  local looked, found = 0, {}
  for _, bucket in ipairs(buckets) do
    looked = looked + 1
    for _, one in ipairs(redis.call('HGETALL', bucket)) do found[#found + 1] = one end
    if #found >= 2 * enough then break end
  end
  return { looked, found }
end

local function heads(keys, args)
  local all = {}
  for _, shard in ipairs(cmsgpack.unpack(args[1])) do
    all[#all + 1] = redis.call('HGET', headOf(shard), 'next')
  end
  return all
end

local function totals(keys, args)
  local all = {}
  for _, shard in ipairs(cmsgpack.unpack(args[1])) do
    all[#all + 1] = redis.call('HGET', headOf(shard), 'totals')
  end
  return all
end
`;
