/** Payload that the module has taken or given. */
export interface Traffic {
  readonly transport: 'tcp' | 'udp';
  readonly direction: 'transmit' | 'receive';
  readonly lengthBytes: number;
}

/** Is told of it as it moves. */
export type TrafficObserver = (traffic: Traffic) => void;
