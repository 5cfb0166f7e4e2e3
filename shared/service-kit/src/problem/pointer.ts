/** One part of a JSON pointer, RFC 6901 §3. */
export const escapePointer = (part: string): string =>
  part.replaceAll("~", "~0").replaceAll("/", "~1");
