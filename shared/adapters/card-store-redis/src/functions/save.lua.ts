/**
 * The save: everything is looked at before anything is written, since what a function has written stays when it fails.
 * What a change looks like is said by save/packed-change.ts, what the answers mean by save/save-answer.ts.
 */
export const saveLua = String.raw`
local absent = '\0\0\0\0\0\0\0\0'

local function outcomeAt(shard, opId) return redis.call('HGET', byOne(shard, 'k:', opId), opId) end
local function pointerAt(shard, opId) return redis.call('HGET', byOne(shard, 'p:', opId), opId) end

-- What stands under a key with a pointer. Answers a refusal, or where it is decided and whether its hash is known.
local function lookAtPointer(pointer)
  local opId, bodyHash, decided, home = pointer[1], pointer[2], pointer[3], pointer[4]
  local standing = pointerAt(home, opId)
  local known = ''
  if standing then
    known = string.sub(standing, 4)
    if known ~= '' and known ~= bodyHash then return { 2 } end
    decided = struct.unpack('>H', standing)
  end
  local found = outcomeAt(decided, opId)
  if found then return { 1, opId, found } end
  return nil, decided, known
end

-- The same for an outcome that comes without its pointer.
local function lookAtOutcome(shard, outcome)
  local opId, home = outcome[1], outcome[4]
  local found = outcomeAt(shard, opId)
  if found then return { 1, opId, found } end
  local standing = home and pointerAt(home, opId)
  if not standing then return nil, shard end
  local decided = struct.unpack('>H', standing)
  found = decided ~= shard and outcomeAt(decided, opId)
  if found then return { 1, opId, found } end
  return nil, decided
end

local function versionConflict(id, found)
  return { 4, id, found and whole((struct.unpack('>d', found))) or '0' }
end

-- The stored cards, or what conflicts.
local function lookAtRecords(shard, change)
  local cards, operations, removes = change[4], change[5], change[6]
  local before = {}
  for i = 1, #cards, 3 do
    local found = redis.call('HGET', byTwo(shard, 'c:', cards[i]), cards[i])
    if (found and string.sub(found, 1, 8) or absent) ~= cards[i + 1] then
      return versionConflict(cards[i], found)
    end
    before[i] = found
  end
  for _, list in ipairs({ operations, removes }) do
    for i = 1, #list, list == operations and 3 or 2 do
      local found = redis.call('HGET', byOne(shard, 'o:', list[i]), list[i])
      if (found and string.sub(found, 1, 8) or absent) ~= list[i + 1] then
        return versionConflict(list[i], found)
      end
    end
  end
  return nil, before
end

-- What the cards of a shard add up to: their number, then five sums, each as a multiple of 2^32 and what is left: Lua's
-- numbers are exact to 2^53, and a shard's cards may add up to more.
local function totalsFrom(stored)
  return stored and { struct.unpack('>ddddddddddd', stored) } or { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
end

-- Whether a card that is saved changes them.
local function addToTotals(totals, before, after)
  if not before then totals[1] = totals[1] + 1
  elseif string.sub(before, 9, 48) == string.sub(after, 9, 48) then return false end
  local old = before and { struct.unpack('>ddddd', before, 9) } or { 0, 0, 0, 0, 0 }
  local new = { struct.unpack('>ddddd', after, 9) }
  for nth = 1, 5 do
    local change = new[nth] - old[nth]
    if change ~= 0 then
      local high = math.floor(change / 2^32)
      local low = totals[2 * nth + 1] + (change - high * 2^32)
      if low >= 2^32 then low, high = low - 2^32, high + 1 end
      totals[2 * nth], totals[2 * nth + 1] = totals[2 * nth] + high, low
    end
  end
  return true
end

local function putHead(head, nextSeq, totals)
  local sums = totals and struct.pack('>ddddddddddd', unpack(totals, 1, 11))
  if nextSeq and sums then redis.call('HSET', head, 'next', whole(nextSeq), 'totals', sums)
  elseif nextSeq then redis.call('HSET', head, 'next', whole(nextSeq))
  elseif sums then redis.call('HSET', head, 'totals', sums) end
end

-- Puts cards whose stored records are known, and what the head says after that.
local function putCards(shard, cards, before, head, nextSeq, storedTotals)
  local totals, changed = nil, false
  for i = 1, #cards, 3 do
    redis.call('HSET', byTwo(shard, 'c:', cards[i]), cards[i], cards[i + 2])
    totals = totals or totalsFrom(storedTotals)
    changed = addToTotals(totals, before[i], cards[i + 2]) or changed
  end
  putHead(head, nextSeq, changed and totals)
end

local function putIndexes(shard, indexes)
  local at = tag(shard)
  local batches, adds, removes = indexes[1], indexes[2], indexes[3]
  for i = 1, #batches, 2 do redis.call('ZADD', at .. 'b:' .. batches[i], 0, batches[i + 1]) end
  for i = 1, #removes, 2 do takeFromWallet(shard, removes[i], removes[i + 1]) end
  for i = 1, #adds, 2 do addToWallet(shard, adds[i], adds[i + 1]) end
  for _, due in ipairs(indexes[5]) do redis.call('ZREM', at .. 'd', due) end
  for _, due in ipairs(indexes[4]) do redis.call('ZADD', at .. 'd', 0, due) end
end

local function putKeys(shard, pointer, known, outcome, seq)
  if pointer and known ~= pointer[2] then
    local value = struct.pack('>HB', pointer[3], 0) .. pointer[2]
    redis.call('HSET', byOne(pointer[4], 'p:', pointer[1]), pointer[1], value)
  end
  if outcome then
    local value = struct.pack('>d', seq) .. outcome[2]
    redis.call('HSET', byOne(shard, 'k:', outcome[1]), outcome[1], value)
  end
end

local function save(keys, args)
  local change = cmsgpack.unpack(args[1])
  local shard, pointer, outcome, claims, events = change[1], change[2], change[3], change[7], change[8]
  local head = keys[1]
  local stands = redis.call('HMGET', head, 'open', 'next', 'trim', 'totals')
  local refused = notOpen(stands[1])
  if refused then return refused end
  local decided, known, before = shard, nil, nil
  if pointer then
    local at
    refused, at, known = lookAtPointer(pointer)
    if refused then return refused end
    if outcome and outcome[1] == pointer[1] then decided = at end
  end
  if outcome and not (pointer and outcome[1] == pointer[1]) then
    refused, decided = lookAtOutcome(shard, outcome)
    if refused then return refused end
  end
  for _, claim in ipairs(claims) do
    if redis.call('SISMEMBER', tag(shard) .. 'n', claim) == 1 then return { 3, claim } end
  end
  refused, before = lookAtRecords(shard, change)
  if refused then return refused end
  if decided ~= shard then return { 6, decided } end
  local firstSeq, count = tonumber(stands[2]), #events / 2
  local kept = firstSeq - tonumber(stands[3])
  if count > 0 and kept + count > change[10] then return { 5, kept } end
  -- From here everything is written; an event's number first, which the stream refuses unless it follows.
  for i = 1, #events, 2 do
    local id = whole(firstSeq + (i - 1) / 2) .. '-1'
    redis.call('XADD', tag(shard) .. 'e', id, 'i', events[i], 'e', events[i + 1])
  end
  putKeys(shard, pointer, known, outcome, outcome and outcome[3] and count > 0 and firstSeq + count - 1 or -1)
  putCards(shard, change[4], before, head, count > 0 and firstSeq + count, stands[4])
  local operations, removes = change[5], change[6]
  for i = 1, #operations, 3 do
    redis.call('HSET', byOne(shard, 'o:', operations[i]), operations[i], operations[i + 2])
  end
  for i = 1, #removes, 2 do redis.call('HDEL', byOne(shard, 'o:', removes[i]), removes[i]) end
  for _, claim in ipairs(claims) do redis.call('SADD', tag(shard) .. 'n', claim) end
  putIndexes(shard, change[9])
  return { 0, firstSeq }
end
`;
