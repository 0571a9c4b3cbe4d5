// A long question, one at a time: a new one ends the one before. The engine cannot be asked to stop,
// so its worker goes, and the next question finds a fresh one.

import { Cancelled, EngineClient } from "./client.ts";

export class LongRun {
  readonly #client = new EngineClient();
  #number = 0;
  #busy = false;

  /**
   * Begins `work`, which asks through the client and stops once it is no longer `present`. Gives
   * what goes wrong, but for being ended.
   */
  async begin(work: (client: EngineClient, present: () => boolean) => Promise<void>): Promise<void> {
    this.end();
    const mine = this.#number;
    this.#busy = true;
    try {
      await work(this.#client, () => mine === this.#number);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    } finally {
      if (mine === this.#number) this.#busy = false;
    }
  }

  /** Ends whatever is under way. */
  end(): void {
    this.#number += 1;
    if (this.#busy) this.#client.cancel();
    this.#busy = false;
  }
}
