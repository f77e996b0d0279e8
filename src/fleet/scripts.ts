// Each script is one round trip, and nothing else happens in Redis while it runs.
// @see https://redis.io/docs/latest/develop/programmability/eval-intro/

/**
 * Begins a run of a trigger: takes the next fencing number, so that nothing a former run still writes counts, and sets the next
 * due time. A late run keeps the place of its trigger within the period: after an outage, all polls are spread as before. One
 * that comes before its time (a delivery woke it) leaves that time as it is.
 * KEYS: trigger, connections, sinks. ARGV: now, revision that the worker knows, how often the job was lost with its worker.
 * @returns nothing if there is no such trigger or it is stopped; otherwise fence, due, next, failures, state, the item that the sink
 *   refused last with how often it did, and, if the
 *   revision is another one or the trigger is leaving, revision, connection name, connection, trigger, sink name, sink, what is
 *   known of its hook, what its position belongs to, and whether it is leaving.
 */
export const BEGIN = `
local t = redis.call('HMGET', KEYS[1], 'rev', 'stop', 'due', 'every', 'failures', 'state', 'conn', 'sink', 'def',
  'hooked', 'origin', 'left', 'stalls', 'refused')
if not t[1] or (t[2] and t[2] ~= 'leaving') then return {} end
local now, every = tonumber(ARGV[1]), tonumber(t[4])
local due = tonumber(t[3]) or now
local stalls = t[13] or '0'
if stalls ~= ARGV[3] then
  redis.call('HSET', KEYS[1], 'stalls', ARGV[3])
  -- The run before was killed: this one is for the time that it was for.
  if tonumber(ARGV[3]) > tonumber(stalls) and due > now then due = due - every end
end
local nextDue = due
if due <= now then
  nextDue = due + every
  if nextDue <= now then nextDue = due + every * (math.floor((now - due) / every) + 1) end
end
local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
redis.call('HSET', KEYS[1], 'due', string.format('%.0f', nextDue), 'at', ARGV[1])
local begun = {fence, string.format('%.0f', due), string.format('%.0f', nextDue), t[5] or '0', t[6] or '', t[14] or ''}
if t[1] == ARGV[2] and not t[2] then return begun end
begun[7], begun[8], begun[9], begun[10], begun[11], begun[12] =
  t[1], t[7], t[12] or redis.call('HGET', KEYS[2], t[7]) or '', t[9], t[8], redis.call('HGET', KEYS[3], t[8]) or ''
begun[13], begun[14], begun[15] = t[10] or '', t[11] or '', t[2] or ''
return begun`;

/**
 * Saves the state of a trigger, adds items to a stream and takes events out of the inbox, in one step. A repeated call changes
 * nothing.
 * KEYS: trigger, stream (or the trigger again), inbox. ARGV: fence, number of this save, state, items delivered, their newest time,
 * maximum length of the stream, events to take out, then id, connection, trigger, type and data of each item for the stream.
 * @returns 1, or 0 when another run has taken over.
 */
export const SAVE = `
local t = redis.call('HMGET', KEYS[1], 'fence', 'saved')
if t[1] ~= ARGV[1] then return 0 end
local save = ARGV[1] .. '.' .. ARGV[2]
if t[2] == save then return 1 end
for i = 8, #ARGV, 5 do
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*', 'id', ARGV[i], 'connection', ARGV[i + 1],
    'trigger', ARGV[i + 2], 'type', ARGV[i + 3], 'data', ARGV[i + 4])
end
if ARGV[7] ~= '0' then redis.call('LTRIM', KEYS[3], ARGV[7], -1) end
redis.call('HSET', KEYS[1], 'saved', save, 'state', ARGV[3])
if ARGV[4] ~= '0' then
  redis.call('HINCRBY', KEYS[1], 'events', ARGV[4])
  redis.call('HSET', KEYS[1], 'last', ARGV[5])
end
return 1`;

/**
 * Records how a run ended, if another one has not taken over.
 * KEYS: trigger, active triggers, parked triggers. ARGV: fence, outcome (ok, again, retry, park, hooked or synced), id, next due time, what
 * went wrong as JSON. `again` has nothing to tell but the time; `hooked` has what is known of the hook in place of a problem, `synced`
 * what a sync has done, and how many changes that were. `retry` may have the item that the sink refused, with how often it did.
 */
export const END = `
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
if ARGV[2] == 'hooked' then
  if ARGV[5] == '' then redis.call('HDEL', KEYS[1], 'hooked') else redis.call('HSET', KEYS[1], 'hooked', ARGV[5]) end
  return 1
end
if ARGV[2] == 'synced' then
  redis.call('HSET', KEYS[1], 'synced', ARGV[5])
  redis.call('HDEL', KEYS[1], 'failures', 'problem', 'confirm')
  if ARGV[6] ~= '0' then
    redis.call('HINCRBY', KEYS[1], 'events', ARGV[6])
    redis.call('HSET', KEYS[1], 'last', redis.call('HGET', KEYS[1], 'at'))
  end
  return 1
end
if ARGV[2] == 'ok' then redis.call('HDEL', KEYS[1], 'failures', 'problem', 'refused')
elseif ARGV[2] ~= 'again' then redis.call('HSET', KEYS[1], 'problem', ARGV[5]) end
if ARGV[2] == 'retry' then
  redis.call('HINCRBY', KEYS[1], 'failures', 1)
  if ARGV[6] then redis.call('HSET', KEYS[1], 'refused', ARGV[6]) end
end
if ARGV[2] == 'retry' or ARGV[2] == 'again' then redis.call('HSET', KEYS[1], 'due', ARGV[4]) end
if ARGV[2] == 'park' then
  redis.call('HSET', KEYS[1], 'stop', 'parked')
  redis.call('SREM', KEYS[2], ARGV[3])
  redis.call('SADD', KEYS[3], ARGV[3])
end
return 1`;

/** Compare-and-set. KEYS: one. ARGV: the new text, its time to live in milliseconds (empty: none), the expected text (absent: no key). */
export const COMPARE_AND_SET_TEXT = `
if redis.call('GET', KEYS[1]) ~= (ARGV[3] or false) then return 0 end
if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1])
else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1`;

/** Deletes a key that still has this text. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * Puts events of a delivery into the inbox of a trigger. KEYS: trigger, inbox. ARGV: most events in the inbox, events as text.
 * @returns `gone`, `full` (nothing was put in), `stopped` (it has no job) or `stored`.
 */
export const TAKE = `
local t = redis.call('HMGET', KEYS[1], 'rev', 'stop')
if not t[1] or t[2] == 'leaving' then return 'gone' end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[1]) then return 'full' end
for i = 2, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
return t[2] and 'stopped' or 'stored'`;

/**
 * Forgets a trigger, unless something has happened to it since.
 * KEYS: trigger, inbox, record of its hook, all triggers, active triggers. ARGV: fence, id.
 */
export const FORGET = `
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('SREM', KEYS[4], ARGV[2])
redis.call('SREM', KEYS[5], ARGV[2])
return 1`;

/**
 * Sets an item aside that a sink refuses, if another run has not taken over. The position is saved after it.
 * KEYS: trigger, stream of what is set aside. ARGV: fence, maximum length of the stream, then names and values of its fields.
 */
export const SET_ASIDE = `
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 3))
redis.call('HINCRBY', KEYS[1], 'aside', 1)
redis.call('HDEL', KEYS[1], 'refused')
return 1`;
