/** What all functions share: names of keys as in records/keys.ts, and whether this server may be written. */
export const namesLua = String.raw`
-- Made once each: texts cost more than what is done with them.
local tags, hexOf = {}, {}
local function tag(shard)
  local made = tags[shard]
  if not made then
    made = '{s' .. string.format('%d', shard) .. '}'
    tags[shard] = made
  end
  return made
end
local function hexByte(value)
  local made = hexOf[value]
  if not made then
    made = string.format('%02x', value)
    hexOf[value] = made
  end
  return made
end
local function headOf(shard) return tag(shard) .. 'h' end
local function byOne(shard, kind, id) return tag(shard) .. kind .. hexByte(string.byte(id)) end
local function byTwo(shard, kind, id)
  local first, second = string.byte(id, 1, 2)
  return tag(shard) .. kind .. hexByte(first) .. hexByte(second)
end
local function whole(number) return string.format('%.0f', number) end

-- A server that was started again has another run id, and perhaps an older file: it may be written once the heads of its
-- streams were compared. This code is loaded anew with each start, so it asks once.
local runId
local function ownRunId()
  if not runId then runId = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') end
  return runId
end
local function notOpen(openFor)
  if openFor == ownRunId() then return nil end
  return redis.error_reply('NOTOPEN the streams of this server were not compared since it was started')
end
`;
