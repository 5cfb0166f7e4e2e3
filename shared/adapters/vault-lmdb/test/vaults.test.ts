import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  batchVaultSuite,
  callerDirectorySuite,
  holderVaultSuite,
  type Place,
} from "@scrip/testing";
import {
  openBatchVault,
  openCallerDirectory,
  openHolderVault,
  type VaultOptions,
} from "../src/index.ts";

const chainId = "scrip.example/test";

const places =
  <Port>(open: (options: VaultOptions) => Port | Promise<Port>) =>
  async (): Promise<Place<Port>> => {
    const directory = await mkdtemp(join(tmpdir(), "scrip-vault-"));
    return {
      open: async () => await open({ directory, chainId }),
      remove: () => rm(directory, { recursive: true }),
    };
  };

holderVaultSuite("LMDB", places(openHolderVault));
batchVaultSuite("LMDB and key files", places(openBatchVault));
callerDirectorySuite("LMDB", places(openCallerDirectory));
