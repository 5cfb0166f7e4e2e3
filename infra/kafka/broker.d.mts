/** What a broker is started with; provisioning finds it. */
export interface KafkaPrograms {
  readonly java: string;
  readonly classPath: string;
}

/** Ports on 127.0.0.1. */
export interface BrokerPorts {
  readonly broker: number;
  readonly controller: number;
  /** Used only when `settings` configure the listener SECURED (TLS with SASL). */
  readonly secured: number;
}

export interface BrokerOptions {
  readonly kafka: KafkaPrograms;
  /** Everything of the broker; made and formatted when it is new. */
  readonly dataDir: string;
  /** Those of an earlier start, for clients that know them. Default: free ones. */
  readonly ports?: BrokerPorts;
  /** Lines that follow server.properties. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Broker {
  readonly pid: number;
  readonly ports: BrokerPorts;
  /** host:port for clients. */
  readonly address: string;
  /** host:port of the listener with TLS and SASL. */
  readonly securedAddress: string;
  readonly dataDir: string;
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  /** Ends it in order, which takes seconds. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** SIGSTOP, SIGCONT and the like. */
  signal(signal: NodeJS.Signals): void;
}

/** Resolves when the broker answers requests. It ends with this process. @throws Error with its last lines of log */
export function startBroker(options: BrokerOptions): Promise<Broker>;
