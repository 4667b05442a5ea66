/** What is measured, as a table: docs/METRICS.md shows the same one. Units are UCUM, as OpenTelemetry wants them. */

export interface InstrumentRow {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** Besides `COMMON_ATTRIBUTES`. */
  readonly attributes: readonly string[];
  /** Upper bounds of the buckets of a histogram. */
  readonly boundaries?: readonly number[];
}

/** On every measurement: `port.description` and the name of the dialect. */
export const COMMON_ATTRIBUTES = ['urchestra.port', 'urchestra.dialect'] as const;

/** From an answer on a fast line to the longest limit of the manuals, 150 s for an open and more for NTP. */
const COMMAND_BOUNDARIES_S = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 40, 60, 75, 100, 125, 150,
];
/** From a context that comes back at once to a ladder that waits for a day. */
const RECOVERY_BOUNDARIES_S = [
  0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400,
];

export const COUNTERS = {
  commands: {
    name: 'urchestra.commands',
    unit: '{command}',
    description: 'Commands that were on the wire, by how they ended.',
    attributes: ['urchestra.command', 'urchestra.outcome'],
  },
  sendFailures: {
    name: 'urchestra.send.failures',
    unit: '{send}',
    description:
      'Sends that ended with SEND FAIL, with an error or in silence: what was not taken is sent again.',
    attributes: [],
  },
  io: {
    name: 'urchestra.network.io',
    unit: 'By',
    description: 'Payload that the module has taken from, or given to, connections and datagram sockets.',
    attributes: ['network.io.direction', 'network.transport'],
  },
  urcs: {
    name: 'urchestra.urcs',
    unit: '{urc}',
    description: 'Unsolicited result codes by name.',
    attributes: ['urchestra.urc'],
  },
  recoverySteps: {
    name: 'urchestra.recovery.steps',
    unit: '{step}',
    description: 'What went wrong and what was mended, as recoveries$ tells it.',
    attributes: ['urchestra.recovery.step'],
  },
  reboots: {
    name: 'urchestra.reboots',
    unit: '{reboot}',
    description: 'Resets that the ladder granted, and restarts of an online module that nobody asked for.',
    attributes: ['urchestra.reboot.kind'],
  },
  staleResults: {
    name: 'urchestra.stale_results',
    unit: '{result}',
    description: 'Final results that came too late for their command and completed nothing.',
    attributes: [],
  },
} as const satisfies Readonly<Record<string, InstrumentRow>>;

export const HISTOGRAMS = {
  commandDuration: {
    name: 'urchestra.command.duration',
    unit: 's',
    description: 'Time of a command from its first byte to its end.',
    attributes: ['urchestra.command', 'urchestra.outcome'],
    boundaries: COMMAND_BOUNDARIES_S,
  },
  queueWait: {
    name: 'urchestra.queue.wait_time',
    unit: 's',
    description: 'Time of a command from the request to its first byte.',
    attributes: ['urchestra.command'],
    boundaries: COMMAND_BOUNDARIES_S,
  },
  recoveryDuration: {
    name: 'urchestra.recovery.duration',
    unit: 's',
    description: 'Time from the step that began a recovery until the modem is online again.',
    attributes: ['urchestra.recovery.cause'],
    boundaries: RECOVERY_BOUNDARIES_S,
  },
} as const satisfies Readonly<Record<string, InstrumentRow>>;

/** Recorded when they change, also for the last time: what the modem ended as stays to be seen. */
export const GAUGES = {
  modemState: {
    name: 'urchestra.modem.state',
    unit: '1',
    description: '1 for the state that the modem is in, 0 for the others.',
    attributes: ['urchestra.state'],
  },
} as const satisfies Readonly<Record<string, InstrumentRow>>;

/** Gauges that are read when somebody collects, as long as the modem lives. */
export const OBSERVABLE_GAUGES = {
  queueLength: {
    name: 'urchestra.queue.length',
    unit: '{command}',
    description: 'Commands that wait for their turn.',
    attributes: [],
  },
  registration: {
    name: 'urchestra.registration.state',
    unit: '1',
    description: 'State of registration by 3GPP TS 27.007 (1 home, 5 roaming), as last told by the module.',
    attributes: ['urchestra.registration.domain'],
  },
  rssi: {
    name: 'urchestra.signal.rssi',
    unit: 'dBm',
    description: 'Received signal strength, as AT+CSQ last told it; nothing while it is unknown.',
    attributes: [],
  },
  sockets: {
    name: 'urchestra.sockets',
    unit: '{socket}',
    description: 'Connect ids in use, by the state of their socket.',
    attributes: ['urchestra.socket.state'],
  },
  ladderPosition: {
    name: 'urchestra.ladder.position',
    unit: '{reboot}',
    description: 'Reboots in a row, without the stretch of health that forgets them.',
    attributes: [],
  },
  ladderWait: {
    name: 'urchestra.ladder.wait',
    unit: 's',
    description: 'For how long the ladder would hold a reset back now; 0 when it may come at once.',
    attributes: [],
  },
} as const satisfies Readonly<Record<string, InstrumentRow>>;
