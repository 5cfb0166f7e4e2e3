import { readFileSync, writeFileSync } from "node:fs";

/** Where in a file these bytes stand; each place they do. */
function placesOf(content: Buffer, bytes: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = content.indexOf(bytes); at >= 0; at = content.indexOf(bytes, at + 1))
    places.push(at);
  return places;
}

/** Turns over one bit in the middle of these bytes, wherever the file holds them. @returns how often it does */
export function spoilBytes(file: string, bytes: Uint8Array): number {
  const content = readFileSync(file);
  const places = placesOf(content, bytes);
  const middle = bytes.length >> 1;
  for (const at of places) content[at + middle] = (content[at + middle] ?? 0) ^ 1;
  writeFileSync(file, content);
  return places.length;
}

/** Turns over one bit so far behind these bytes, wherever the file holds them. @returns how often it does */
export function spoilBehind(file: string, bytes: Uint8Array, distance: number): number {
  const content = readFileSync(file);
  const places = placesOf(content, bytes);
  for (const place of places) {
    const at = place + bytes.length + distance;
    content[at] = (content[at] ?? 0) ^ 1;
  }
  writeFileSync(file, content);
  return places.length;
}

/** Turns over one bit at this place of a file; a place below 0 counts from the end. */
export function spoilAt(file: string, place: number): void {
  const content = readFileSync(file);
  const at = place < 0 ? content.length + place : place;
  content[at] = (content[at] ?? 0) ^ 1;
  writeFileSync(file, content);
}
