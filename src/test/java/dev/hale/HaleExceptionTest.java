package dev.hale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.CheckpointException;
import dev.hale.scan.DataException;
import org.junit.jupiter.api.Test;

final class HaleExceptionTest {
  /** Names of files may hold line breaks, and so may what stands in them. */
  @Test
  void aMessageIsOneLine() {
    assertEquals("a; b.nii: bad", new DataException("a\n  b.nii: bad\n").getMessage());
    assertEquals(
        "a; b", new CheckpointException("a\r\n\u2028b", new IllegalStateException()).getMessage());
    assertNull(new HaleException(null).getMessage());
  }

  @Test
  void aLongMessageKeepsItsBeginningAndItsEnd() {
    String exact = "x".repeat(2000);
    assertEquals(exact, new DataException(exact).getMessage());
    String message =
        new DataException("a.csv: \"" + "x".repeat(5000) + "\"; write 0 or 1").getMessage();
    assertTrue(message.startsWith("a.csv: \"xxx") && message.endsWith("xxx\"; write 0 or 1"));
    assertEquals(2003, message.length());
  }
}
