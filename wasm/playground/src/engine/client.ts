// The engine as the page calls it: typed, asynchronous, cancellable.

import type { Engine } from "polsim";
import { compiled } from "./module.ts";
import type { Call, Method, Order, Reply } from "./protocol.ts";

type Args<M extends Method> = Parameters<Engine[M]>;
type Value<M extends Method> = ReturnType<Engine[M]>;

/** Why a call has no answer: it was cancelled, or a later one took its place. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** Why a call has no answer: the engine cannot be started here. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** One engine in one worker. Calls are answered in order. */
export class EngineClient {
  #worker: Worker | null = null;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  call<M extends Method>(method: M, ...args: Args<M>): Promise<Value<M>> {
    const id = this.#next++;
    const call: Call = { id, method, args };
    return new Promise<Value<M>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as Value<M>), reject });
      tell(this.#running(), call);
    });
  }

  /** Ends whatever is running. The next call starts a fresh engine. */
  cancel(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#fail(new Cancelled("the call was cancelled"));
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL("./engine.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (data.id === null) {
        this.#fail(new EngineUnavailable(data.failure));
        return;
      }
      this.#waiting.get(data.id)?.resolve(data.answer);
      this.#waiting.delete(data.id);
    });
    worker.addEventListener("error", (event) => {
      this.#fail(new EngineUnavailable(event.message));
    });
    this.#worker = worker;
    compiled().then(
      (module) => tell(worker, { module }),
      (error: unknown) => this.#unavailable(worker, error),
    );
    return worker;
  }

  /** Without a module the worker is of no use: the next call tries again. */
  #unavailable(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    worker.terminate();
    this.#worker = null;
    this.#fail(new EngineUnavailable(error instanceof Error ? error.message : String(error)));
  }

  #fail(reason: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(reason);
  }
}

function tell(worker: Worker, order: Order): void {
  worker.postMessage(order);
}

/**
 * Calls of one kind of which only the last matters: while one is under way, only the newest of the
 * others is kept, and those that it replaces are rejected with `Cancelled`.
 */
export class LatestOnly<M extends Method> {
  #busy = false;
  #next: { args: Args<M>; resolve: (value: Value<M>) => void; reject: (e: unknown) => void } | null =
    null;

  constructor(
    private readonly client: EngineClient,
    private readonly method: M,
  ) {}

  call(...args: Args<M>): Promise<Value<M>> {
    return new Promise((resolve, reject) => {
      this.#next?.reject(new Cancelled("a later call took its place"));
      this.#next = { args, resolve, reject };
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let job = this.#next; job !== null; job = this.#next) {
      this.#next = null;
      await this.client.call(this.method, ...job.args).then(job.resolve, job.reject);
    }
    this.#busy = false;
  }
}

/** Answers while typing: evaluation, validation, the network. */
export const quick = new EngineClient();

/** Answers that may take long and can be cancelled: proofs, comparisons, tests. */
export const thorough = new EngineClient();
