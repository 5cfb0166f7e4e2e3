import { PortError, type PortErrorCode } from "@scrip/ports";
import {
  generateKey,
  KeyFileError,
  type KeyFileErrorCode,
  readKeyFile,
  type Signer,
  writeKeyFile,
} from "@scrip/signing";

export interface KeyFileOptions {
  /** Whether the file may be made; where a chain or a policy names its key, a lost one has to be put back. */
  readonly mayMake: boolean;
}

/**
 * The signer of a key file (mode 0600), which is made on first use, durably, before anything is signed. Its folder must
 * be there. Of two that make it at once both get the key that stayed.
 * @param name the key's name, as it stands in notes; a file with the key of another name is refused.
 * @throws PortError CORRUPT or NOT_OURS, naming the file and nothing of what is in it.
 */
export async function keyFileSigner(
  path: string,
  name: string,
  { mayMake }: KeyFileOptions = { mayMake: true },
): Promise<Signer> {
  try {
    const signer = mayMake
      ? ((await found(path)) ?? (await made(path, name)))
      : await readKeyFile(path);
    if (signer.name === name) return signer;
    throw new PortError(
      "NOT_OURS",
      `key file ${path} is the key of ${signer.name}, not of ${name}`,
    );
  } catch (cause) {
    if (!(cause instanceof KeyFileError)) throw cause;
    throw new PortError(portCodes[cause.code], cause.message, { cause });
  }
}

async function found(path: string): Promise<Signer | undefined> {
  try {
    return await readKeyFile(path);
  } catch (error) {
    if (error instanceof KeyFileError && error.code === "KEY_FILE_MISSING") return undefined;
    throw error;
  }
}

async function made(path: string, name: string): Promise<Signer> {
  try {
    await writeKeyFile(path, generateKey(name));
  } catch (error) {
    // Somebody else made it since we looked: theirs counts.
    if (!(error instanceof KeyFileError && error.code === "KEY_FILE_EXISTS")) throw error;
  }
  return await readKeyFile(path);
}

const portCodes: Record<KeyFileErrorCode, PortErrorCode> = {
  KEY_FILE_MISSING: "NOT_OURS",
  KEY_FILE_EXISTS: "NOT_OURS",
  KEY_FILE_CORRUPT: "CORRUPT",
  KEY_FILE_IO_FAILED: "NOT_OURS",
};
