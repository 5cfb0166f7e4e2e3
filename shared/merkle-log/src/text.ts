/** Whether a text holds ASCII control characters (below U+0020) other than those allowed. */
export function hasControl(text: string, allowed: "" | "\n" | "\t" = ""): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x20 && text.charAt(at) !== allowed) return true;
  }
  return false;
}

/** Whether a string is no Unicode text: half a surrogate pair has no UTF-8. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
