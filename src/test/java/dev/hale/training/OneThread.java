package dev.hale.training;

import dev.hale.engine.Engine;
import dev.hale.engine.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of trainings whose numbers must repeat: on one thread, each in a scope of its own. */
abstract class OneThread {
  private final Scope scope = new Scope();
  private int threads;

  @BeforeEach
  void useOneThread() {
    threads = Engine.threads();
    Engine.setThreads(1);
  }

  @AfterEach
  void restore() {
    Engine.setThreads(threads);
    scope.close();
  }
}
