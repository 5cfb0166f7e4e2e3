/** What is wrong with bytes that should be canonical CBOR. */
export type CborErrorCode =
  /** The bytes end inside an item. */
  | "CBOR_TRUNCATED"
  /** Bytes follow the one item. */
  | "CBOR_TRAILING_BYTES"
  /** A length or number in more bytes than it needs (RFC 8949 §4.2.1). */
  | "CBOR_NOT_SHORTEST"
  /** Map keys that do not ascend by their encoded bytes, or are equal (RFC 8949 §4.2.1, §5.6). */
  | "CBOR_KEY_ORDER"
  /** A float, tag, indefinite length, simple value or key of a kind that Scrip does not use. */
  | "CBOR_UNSUPPORTED"
  | "CBOR_TEXT_INVALID"
  | "CBOR_TOO_DEEP"
  | "CBOR_TOO_LONG"
  /** Well-formed, but not what is expected at this place. */
  | "CBOR_UNEXPECTED";

/** Bytes were refused. Says where: byte offset, and the names of the fields around it when a schema was followed. */
export class CborError extends Error {
  override readonly name = "CborError";
  readonly code: CborErrorCode;
  readonly offset: number;
  readonly detail: string;
  /** Field names from the outside in, empty at the top. */
  readonly path: string;

  constructor(code: CborErrorCode, offset: number, about: { detail: string; path?: string }) {
    const path = about.path ?? "";
    super(`${code} at byte ${offset}${path === "" ? "" : ` in ${path}`}: ${about.detail}`);
    this.code = code;
    this.offset = offset;
    this.detail = about.detail;
    this.path = path;
  }

  /** The same fault, seen from one field further out. */
  within(field: string): CborError {
    const path = this.path === "" ? field : `${field}.${this.path}`;
    return new CborError(this.code, this.offset, { detail: this.detail, path });
  }
}
