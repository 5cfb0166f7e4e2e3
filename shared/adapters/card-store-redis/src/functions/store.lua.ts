/** What a store is: begun, opened for writes, rebuilt. */
export const storeLua = String.raw`
-- Begins the streams of shards that have none; unless all are new, says what is there when 'fresh' is asked for.
local function begin(keys, args)
  local given = cmsgpack.unpack(args[1])
  local about, fresh, positions = given[1], given[2], given[3]
  if fresh then
    for i = 1, #positions, 4 do
      if redis.call('EXISTS', headOf(positions[i])) == 1 then return 1 end
    end
  end
  for i = 1, #positions, 4 do
    local head, seq = headOf(positions[i]), whole(positions[i + 2])
    if redis.call('HSETNX', head, 'about', about) == 1 then
      redis.call('HSET', head, 'epoch', whole(positions[i + 1]), 'next', seq, 'trim', seq, 'chain', positions[i + 3])
      if fresh then redis.call('HSET', head, 'rebuilding', '1') end
    end
  end
  return 0
end

local function finish(keys, args)
  for _, shard in ipairs(cmsgpack.unpack(args[1])) do redis.call('HDEL', headOf(shard), 'rebuilding') end
  return 0
end

local function runIdHere(keys, args) return ownRunId() end

-- Opens shards for writes on the very server whose heads were compared.
local function open(keys, args)
  local given = cmsgpack.unpack(args[1])
  if given[1] ~= ownRunId() then
    return redis.error_reply('NOTOPEN this server was started again since its streams were compared')
  end
  for _, shard in ipairs(given[2]) do redis.call('HSET', headOf(shard), 'open', given[1]) end
  return 0
end

-- Puts records, whatever stood there before.
local function restore(keys, args)
  local given = cmsgpack.unpack(args[1])
  local shard, cards, operations, outcomes, claims = given[1], given[2], given[3], given[4], given[5]
  if redis.call('HEXISTS', keys[1], 'rebuilding') == 0 then
    return redis.error_reply('NOTOPEN this store is not being rebuilt')
  end
  local totals = totalsFrom(redis.call('HGET', keys[1], 'totals'))
  for i = 1, #cards, 2 do
    local key = byTwo(shard, 'c:', cards[i])
    addToTotals(totals, redis.call('HGET', key, cards[i]), cards[i + 1])
    redis.call('HSET', key, cards[i], cards[i + 1])
  end
  putHead(keys[1], nil, totals)
  for i = 1, #operations, 2 do
    redis.call('HSET', byOne(shard, 'o:', operations[i]), operations[i], operations[i + 1])
  end
  for i = 1, #outcomes, 2 do
    redis.call('HSET', byOne(shard, 'k:', outcomes[i]), outcomes[i], outcomes[i + 1])
  end
  for _, claim in ipairs(claims) do redis.call('SADD', tag(shard) .. 'n', claim) end
  putIndexes(shard, given[6])
  return 0
end
`;
