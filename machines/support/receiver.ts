/** Somebody who takes messages: an actor, or an object of the adapters. Effects leave a machine only this way. */
export interface Receiver<Message> {
  /** Hands it a message; returns at once. */
  readonly send: (message: Message) => void;
}
