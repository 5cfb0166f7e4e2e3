/**
 * Wallets and their candidates. Beside the candidates of each wallet a shard has a list of the wallets that have any, so
 * that all entries can be read in order.
 */
export const walletsLua = String.raw`
local function walletAt(shard, walletId) return tag(shard) .. 'w:' .. walletId end

local function addToWallet(shard, walletId, cardId)
  redis.call('ZADD', walletAt(shard, walletId), 0, cardId)
  redis.call('ZADD', tag(shard) .. 'w', 0, walletId)
end

local function takeFromWallet(shard, walletId, cardId)
  local key = walletAt(shard, walletId)
  redis.call('ZREM', key, cardId)
  if redis.call('EXISTS', key) == 0 then redis.call('ZREM', tag(shard) .. 'w', walletId) end
end

local function addCandidate(keys, args)
  local entry = cmsgpack.unpack(args[1])
  local refused = notOpen(redis.call('HGET', keys[1], 'open'))
  if refused then return refused end
  addToWallet(entry[1], entry[2], entry[3])
  return 0
end

-- Entries after the given one, as wallet, card, wallet, card. Every listed wallet has one at least.
local function walletPage(keys, args)
  local asked = cmsgpack.unpack(args[1])
  local shard, limit, wallet, card = asked[1], asked[2], asked[3], asked[4]
  local found = {}
  local function take(walletId, start)
    local most = limit - #found / 2
    for _, id in ipairs(redis.call('ZRANGE', walletAt(shard, walletId), start, '+', 'BYLEX', 'LIMIT', 0, most)) do
      found[#found + 1] = walletId
      found[#found + 1] = id
    end
  end
  if wallet then take(wallet, '(' .. card) end
  local start = wallet and '(' .. wallet or '-'
  for _, walletId in ipairs(redis.call('ZRANGE', tag(shard) .. 'w', start, '+', 'BYLEX', 'LIMIT', 0, limit)) do
    if #found >= 2 * limit then break end
    take(walletId, '-')
  end
  return found
end
`;
