// The functions of the engine, each made to answer whatever happens.
//
// The engine is built so that it cannot panic. Should it break down all the same (a defect, or no
// memory left), the exception becomes an answer, and the next call finds a fresh engine.

import * as bindings from "./polsim.js";

const answering =
  (call) =>
  (...args) => {
    try {
      const answer = call(...args);
      return answer ?? { outcome: "failed", message: "the engine gave no answer" };
    } catch (error) {
      bindings.__wbg_reset_state();
      const message = error instanceof Error ? error.message : String(error);
      return { outcome: "failed", message };
    }
  };

export const engine = Object.freeze({
  compare: answering(bindings.compare),
  contextKeys: answering(bindings.contextKeys),
  decideCall: answering(bindings.decideCall),
  decideCases: answering(bindings.decideCases),
  evaluate: answering(bindings.evaluate),
  evaluateCase: answering(bindings.evaluateCase),
  evaluateWay: answering(bindings.evaluateWay),
  network: answering(bindings.network),
  plain: answering(bindings.plain),
  properties: answering(bindings.properties),
  test: answering(bindings.test),
  validate: answering(bindings.validate),
  verify: answering(bindings.verify),
  version: bindings.version,
  vocabulary: answering(bindings.vocabulary),
});
