import { hasControl, hasLoneSurrogate } from "../text.ts";

/** Not empty, no Unicode space, no plus, no control character. C2SP signed-note "Format". */
export function isKeyName(name: string): boolean {
  return (
    name !== "" && !/[\p{White_Space}+]/u.test(name) && !hasControl(name) && !hasLoneSurrogate(name)
  );
}
