import { parseDecimal } from "../bytes.ts";
import type { EntryBundle, Tile } from "./coordinates.ts";
import { tileLevelMax, tileWidth } from "./coordinates.ts";

/** What a tile path names: hashes of the tree or a bundle of entries. */
export type TileResource =
  ({ readonly kind: "hashes" } & Tile) | ({ readonly kind: "entries" } & EntryBundle);

const pathForm =
  /^\/tile\/([0-9]{1,2}|entries)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/** `/tile/<L>/<N>[.p/<W>]`, C2SP tlog-tiles "Merkle Tree". */
export function tilePath(tile: Tile): string {
  return `/tile/${tile.level}/${indexPath(tile.index)}${widthSuffix(tile.width)}`;
}

/** `/tile/entries/<N>[.p/<W>]`, C2SP tlog-tiles "Log entries". */
export function entriesPath(bundle: EntryBundle): string {
  return `/tile/entries/${indexPath(bundle.index)}${widthSuffix(bundle.width)}`;
}

/** Reads a tile path from `/tile/` on; `undefined` for anything but its one canonical spelling. */
export function parseTilePath(path: string): TileResource | undefined {
  const [, level = "", groups = "", partial] = pathForm.exec(path) ?? [];
  const index = Number(groups.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? tileWidth : parseDecimal(partial);
  if (groups === "" || !Number.isSafeInteger(index * tileWidth) || width === undefined)
    return undefined;
  const resource = resourceOf(level, { index, width });
  if (resource === undefined) return undefined;
  // Leading groups of zeros and a written-out full width are other names of the same tile.
  const canonical = resource.kind === "hashes" ? tilePath(resource) : entriesPath(resource);
  return canonical === path && width > 0 && width <= tileWidth ? resource : undefined;
}

function resourceOf(level: string, bundle: EntryBundle): TileResource | undefined {
  if (level === "entries") return { kind: "entries", ...bundle };
  const number = parseDecimal(level);
  if (number === undefined || number > tileLevelMax) return undefined;
  return { kind: "hashes", level: number, ...bundle };
}

function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/[0-9]{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
}

function widthSuffix(width: number): string {
  return width === tileWidth ? "" : `.p/${width}`;
}
