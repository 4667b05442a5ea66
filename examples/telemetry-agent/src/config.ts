/** What the agent is told by its environment: /etc/telemetry-agent.env under systemd. */
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly agentId: string;
  readonly intervalMs: number;
  readonly storeFolder: string;
  readonly httpPort: number;
  readonly modem: ModemConfig;
  readonly broker: BrokerConfig;
}

export interface ModemConfig {
  /** A virtual module in this process: no hardware needed. */
  readonly isSimulated: boolean;
  readonly portPath: string;
  readonly dialect: Dialect;
  readonly apn: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly pin: string | undefined;
  /** Program that cuts the power of the module, the last way to reset it. */
  readonly resetCommand: string | undefined;
  /** Where the modem keeps how often it was reset. */
  readonly stateFile: string;
}

export interface BrokerConfig {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly clientId: string;
  readonly topic: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly keepaliveS: number;
  /** Wait before the next try when a connection has failed or ended. */
  readonly reconnectMs: number;
}

const DIALECTS = ['lte', 'ugxx', 'rg', 'gsm', 'bc66', 'auto'] as const;
type Dialect = (typeof DIALECTS)[number];

/** The configuration is wrong: the message is one line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError */
export function configFrom(env: Environment, isSimulated: boolean): Config {
  const agentId = text(env, 'AGENT_ID', 'agent-1');
  const storeFolder = text(env, 'STORE_FOLDER', env['STATE_DIRECTORY'] || 'agent-state');
  const isTls = oneOf(env, 'MQTT_TLS', ['yes', 'no'], 'yes') === 'yes';
  return {
    agentId,
    intervalMs: integer(env, 'READING_INTERVAL_MS', 10_000, 1, 86_400_000),
    storeFolder,
    httpPort: integer(env, 'HTTP_PORT', 9464, 0, 65_535),
    modem: {
      isSimulated,
      portPath: text(env, 'MODEM_PORT', '/dev/ttyUSB2'),
      dialect: oneOf(env, 'MODEM_DIALECT', DIALECTS, 'lte'),
      apn: text(env, 'MODEM_APN', isSimulated ? 'simulated' : undefined),
      username: optional(env, 'MODEM_APN_USERNAME'),
      password: optional(env, 'MODEM_APN_PASSWORD'),
      pin: optional(env, 'SIM_PIN'),
      resetCommand: optional(env, 'MODEM_RESET_COMMAND'),
      stateFile: join(storeFolder, 'modem.json'),
    },
    broker: {
      host: text(env, 'MQTT_HOST'),
      port: integer(env, 'MQTT_PORT', isTls ? 8883 : 1883, 1, 65_535),
      isTls,
      clientId: agentId,
      topic: text(env, 'MQTT_TOPIC', `telemetry/${agentId}`),
      username: optional(env, 'MQTT_USERNAME'),
      password: optional(env, 'MQTT_PASSWORD'),
      keepaliveS: integer(env, 'MQTT_KEEPALIVE_S', 120, 0, 65_535),
      reconnectMs: integer(env, 'MQTT_RECONNECT_MS', 5_000, 1, 3_600_000),
    },
  };
}

/** An empty value counts as missing: that is how one leaves a line of an environment file open. */
function optional(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}

function text(env: Environment, name: string, usual?: string): string {
  const value = optional(env, name) ?? usual;
  if (value === undefined) throw new ConfigError(`${name} is missing`);
  return value;
}

function integer(env: Environment, name: string, usual: number, least: number, most: number): number {
  const given = optional(env, name);
  if (given === undefined) return usual;
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ConfigError(`${name} must be a whole number from ${least} to ${most}, got "${given}"`);
}

function oneOf<T extends string>(env: Environment, name: string, known: readonly T[], usual: T): T {
  const given = optional(env, name) ?? usual;
  const found = known.find((one) => one === given);
  if (found === undefined)
    throw new ConfigError(`${name} must be one of ${known.join(', ')}, got "${given}"`);
  return found;
}
