/** A copy that nobody can change: what is written to it throws at once (code in modules is strict). */
export function frozen<T>(value: T): T {
  return freeze(structuredClone(value));
}

function freeze<T>(value: T): T {
  // Bytes cannot be frozen; whoever hands them out makes a copy.
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
