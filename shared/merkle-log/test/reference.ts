import { PolicyError, ProofError, leafHash, nodeHash, sha256 } from "@scrip/merkle-log";

/** The eight entries and the roots of sizes 0 to 8 that the Certificate Transparency projects test with. */
export const ctEntries = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map(hex);

export const ctRoots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** Bytes from hexadecimal. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** Leaf hashes of made-up entries, different from each other. */
export function leaves(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => leafHash(sha256, Buffer.from(`entry ${at}`)));
}

/** MTH of RFC 6962 §2.1 word for word: slow, and written apart from the code under test. */
export function plainRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array(0));
  const [only] = hashes;
  if (hashes.length === 1 && only !== undefined) return only;
  const k = 2 ** (31 - Math.clz32(hashes.length - 1));
  return nodeHash(sha256, plainRoot(hashes.slice(0, k)), plainRoot(hashes.slice(k)));
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1 word for word. */
export function plainPath(index: number, hashes: readonly Uint8Array[]): Uint8Array[] {
  if (hashes.length <= 1) return [];
  const k = 2 ** (31 - Math.clz32(hashes.length - 1));
  return index < k
    ? [...plainPath(index, hashes.slice(0, k)), plainRoot(hashes.slice(k))]
    : [...plainPath(index - k, hashes.slice(k)), plainRoot(hashes.slice(0, k))];
}

/** SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2 word for word. */
export function plainSubproof(
  m: number,
  hashes: readonly Uint8Array[],
  complete = true,
): Uint8Array[] {
  if (m === hashes.length) return complete ? [] : [plainRoot(hashes)];
  const k = 2 ** (31 - Math.clz32(hashes.length - 1));
  return m <= k
    ? [...plainSubproof(m, hashes.slice(0, k), complete), plainRoot(hashes.slice(k))]
    : [...plainSubproof(m - k, hashes.slice(k), false), plainRoot(hashes.slice(0, k))];
}

/** The code a check fails with; `PolicyError` has none, so its name. */
export function codeOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    if (error instanceof PolicyError) return error.name;
    throw error;
  }
  return "it did not fail";
}
