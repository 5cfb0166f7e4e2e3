/**
 * The arrows: who may import whom. Whatever is not listed here fails the build.
 * test/architecture also reads `arrows` and compares every package.json with it.
 */
const ledgerParts = ["ledger-state", "merkle-log", "state-map", "signing"];

/** Each shared package: the packages of ours and of npm its sources may import, and whether Node's own are allowed. */
const shared = {
  domain: { ours: [], npm: [], node: false },
  "merkle-log": { ours: [], npm: ["@noble/hashes"], node: false },
  "state-map": { ours: [], npm: ["@noble/hashes"], node: false },
  wire: { ours: ["domain"], npm: ["ajv"], node: false },
  signing: {
    ours: ["merkle-log"],
    npm: ["@noble/curves"],
    node: ["crypto", "fs", "fs/promises", "path"],
  },
  ports: { ours: ["domain", "wire"], npm: [], node: false },
  "ledger-state": {
    ours: ["domain", "wire", "merkle-log", "state-map", "signing"],
    npm: [],
    node: false,
  },
  application: { ours: ["domain", "ports", "wire", "merkle-log"], npm: [], node: true },
  client: { ours: ["wire", "merkle-log", "state-map", "signing"], npm: [], node: false },
  "service-kit": {
    ours: ["ports", "domain"],
    npm: [
      "@fastify/swagger",
      "close-with-grace",
      "fastify",
      "pino",
      "prom-client",
      "reflect-metadata",
      "tsyringe",
    ],
    node: true,
  },
  "local-ledger": {
    ours: [
      "ports",
      "wire",
      "service-kit",
      "signing",
      "adapters/follower-store-lmdb",
      "adapters/ledger-embedded",
      "adapters/system",
    ],
    npm: [],
    node: true,
  },
  process: {
    ours: [
      "ports",
      "domain",
      "wire",
      "application",
      "ledger-state",
      "service-kit",
      "signing",
      "adapters/card-store-redis",
      "adapters/event-log-kafka",
      "adapters/follower-store-lmdb",
      "adapters/holder-vault-redis",
      "adapters/ledger-http",
      "adapters/system",
      "adapters/vault-lmdb",
    ],
    npm: ["fastify", "prom-client"],
    node: true,
  },
  testing: {
    ours: ["ports", "domain", "wire", "application", "merkle-log", "signing"],
    npm: ["fast-check", "vitest"],
    node: true,
  },
};

/** Each adapter: beside ports, domain and wire, its one driver; ledgers also the parts of the ledger. */
const adapters = {
  "card-store-lmdb": { ours: [], npm: ["lmdb"] },
  "card-store-redis": { ours: [], npm: ["redis", "@redis/client"] },
  "event-log-embedded": { ours: [], npm: [] },
  "event-log-kafka": { ours: [], npm: ["kafkajs"] },
  "follower-store-lmdb": { ours: [], npm: ["lmdb"] },
  "holder-vault-redis": { ours: [], npm: ["redis", "@redis/client"] },
  "ledger-embedded": { ours: ledgerParts, npm: [] },
  "ledger-http": { ours: [], npm: [] },
  system: { ours: ["signing"], npm: [] },
  "vault-lmdb": { ours: [], npm: ["lmdb"] },
};

const services = [
  "all",
  "binding",
  "chain-writer",
  "cli",
  "issuance",
  "query",
  "relay",
  "write-off",
];

const arrows = [
  ...Object.entries(shared).map(([name, may]) => ({ folder: `shared/${name}`, ...may })),
  ...Object.entries(adapters).map(([name, may]) => ({
    folder: `shared/adapters/${name}`,
    ours: ["ports", "domain", "wire", ...may.ours],
    npm: may.npm,
    node: true,
  })),
];

const npmFolder = (name) => `(^|/)node_modules/${name}/`;

/** What `folder/src` may reach; Node's own modules are told by their kind, not by their name. */
function arrow({ folder, ours, npm, node }) {
  const pathNot = [
    `^${folder}/src/`,
    ...ours.map((name) => `^shared/${name}/src/`),
    ...npm.map(npmFolder),
  ];
  const builtins = Array.isArray(node) ? node.map((name) => `^(node:)?${name}$`) : [];
  return {
    name: `arrows ${folder}`,
    severity: "error",
    from: { path: `^${folder}/src/` },
    to: {
      pathNot: [...pathNot, ...builtins],
      ...(node === true ? { dependencyTypesNot: ["core"] } : {}),
    },
  };
}

module.exports = {
  forbidden: [
    { name: "no cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "one door",
      comment: "A package is entered by src/index.ts or another export it declares.",
      severity: "error",
      from: { path: "^(shared/adapters|shared|services)/([^/]+)/" },
      to: {
        path: "^(shared/adapters|shared|services)/[^/]+/(src|test)/",
        pathNot: ["^$1/$2/", "^(shared/adapters|shared|services)/[^/]+/src/(index|browser)\\.ts$"],
      },
    },
    {
      name: "one door, from outside",
      severity: "error",
      from: { pathNot: "^(shared|services)/" },
      to: {
        path: "^(shared|services)/.*/(src|test)/",
        pathNot: "^(shared/adapters|shared|services)/[^/]+/src/(index|browser)\\.ts$",
      },
    },
    ...arrows.map(arrow),
    {
      name: "every package has its arrows",
      comment: "A new package is listed above before it imports anything.",
      severity: "error",
      from: { path: "^(shared|services)/", pathNot: listed() },
      to: {},
    },
    ...services.map((name) => ({
      name: `arrows services/${name}`,
      comment: "Never another service; services/all alone composes the others.",
      severity: "error",
      from: { path: `^services/${name}/` },
      to: { path: name === "all" ? "^services/cli/" : `^services/(?!${name}/)` },
    })),
    {
      name: "only container.ts names an adapter",
      severity: "error",
      from: { path: "^services/[^/]+/src/", pathNot: "^services/[^/]+/src/container\\.ts$" },
      to: { path: "^shared/adapters/" },
    },
    {
      name: "only container.ts names tsyringe",
      severity: "error",
      from: { path: "^services/[^/]+/src/", pathNot: "^services/[^/]+/src/container\\.ts$" },
      to: { path: npmFolder("tsyringe") },
    },
    {
      name: "no tests in sources",
      severity: "error",
      from: { path: "/src/", pathNot: "^shared/testing/" },
      to: { path: "^shared/testing/|/test/" },
    },
    {
      name: "signing's browser door stays out of Node",
      severity: "error",
      from: { path: "^shared/signing/src/browser\\.ts$" },
      to: { path: "^(node:)?(crypto|fs|fs/promises|path)$", reachable: true },
    },
  ],
  options: {
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|coverage)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["source", "import", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};

function listed() {
  return [
    ...arrows.map(({ folder }) => `^${folder}/`),
    ...services.map((name) => `^services/${name}/`),
  ];
}

// Read by test/architecture; dependency-cruiser refuses unknown keys, so it is not enumerable.
Object.defineProperty(module.exports, "arrows", { value: { arrows, services } });
