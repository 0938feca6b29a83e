package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void closingFreesWhatWasMadeInside() {
    Tensor made;
    try (var scope = new Scope()) {
      made = torch.ones(3);
      assertFalse(made.isNull());
    }
    assertTrue(made.isNull());
  }

  @Test
  void usingAFreedTensorThrows() {
    Tensor made;
    try (var scope = new Scope()) {
      made = torch.ones(3);
    }
    assertThrows(NullPointerException.class, made::numel);
    assertThrows(NullPointerException.class, () -> torch.silu(made));
  }

  @Test
  void aKeptTensorIsTheCallersWhereNoScopeEncloses() {
    Tensor kept;
    try (var scope = new Scope()) {
      kept = scope.keep(torch.ones(3).add(torch.ones(3)));
    }
    assertEquals(6, total(kept));
    kept.close();
    assertTrue(kept.isNull());
  }

  @Test
  void aKeptTensorMovesToTheEnclosingScope() {
    Tensor kept;
    try (var outer = new Scope()) {
      try (var inner = new Scope()) {
        kept = inner.keep(torch.ones(3));
      }
      assertEquals(3, total(kept));
    }
    assertTrue(kept.isNull());
  }

  @Test
  void aKeptTensorMayPassThroughSeveralScopes() {
    Tensor kept;
    try (var outer = new Scope()) {
      try (var inner = new Scope()) {
        kept = inner.keep(torch.ones(3));
      }
      kept = outer.keep(kept);
    }
    assertEquals(3, total(kept));
    kept.close();
    assertTrue(kept.isNull());
  }

  @Test
  void keepingATensorOfAnotherOwnerLeavesItThere() {
    try (Tensor outside = torch.ones(3)) {
      try (var scope = new Scope()) {
        assertSame(outside, scope.keep(outside));
      }
      assertEquals(3, total(outside));
    }
  }

  @Test
  void anElementOfAVectorOutlivesTheVector() {
    Tensor kept;
    try (var scope = new Scope()) {
      TensorVector vector = new TensorVector(torch.ones(3), torch.ones(4));
      Tensor element = vector.get(1);
      kept = scope.keep(element);
      assertNotSame(element, kept);
    }
    assertEquals(4, total(kept));
    kept.close();
  }

  @Test
  void keepingAfterCloseThrows() {
    var scope = new Scope();
    Tensor made = torch.ones(3);
    scope.close();
    assertThrows(IllegalStateException.class, () -> scope.keep(made));
  }

  @Test
  void keepingAClosedTensorThrows() {
    try (var scope = new Scope()) {
      Tensor made = torch.ones(3);
      made.close();
      assertThrows(IllegalStateException.class, () -> scope.keep(made));
    }
  }

  @Test
  void aLongScopeOutlivesManyThatAreClosedEarly() {
    Tensor last = null;
    try (var scope = new Scope()) {
      Tensor first = torch.ones(3);
      for (int i = 0; i < 5_000; i++) {
        last = torch.ones(2);
        if (i % 2 == 0) {
          last.close();
        }
      }
      assertEquals(3, total(first));
      assertEquals(2, total(last));
    }
    assertTrue(last.isNull());
  }

  @Test
  void closingTwiceDoesNothing() {
    try (Tensor kept = twiceClosed()) {
      assertEquals(3, total(kept));
    }
  }

  private static Tensor twiceClosed() {
    var scope = new Scope();
    Tensor kept = scope.keep(torch.ones(3));
    scope.close();
    scope.close();
    return kept;
  }

  @Test
  void anOuterScopeClosedFirstDoesNotOwnWhatComesLater() {
    var outer = new Scope();
    var inner = new Scope();
    outer.close();
    Tensor kept = inner.keep(torch.ones(3));
    inner.close();
    assertEquals(3, total(kept));
    kept.close();
  }

  @Test
  void aScopeIsItsThreadsOwn() throws InterruptedException {
    try (var scope = new Scope()) {
      Tensor made = torch.ones(3);
      var thrown = new Throwable[1];
      Thread other =
          new Thread(
              () -> thrown[0] = assertThrows(IllegalStateException.class, () -> scope.keep(made)));
      other.start();
      other.join();
      assertTrue(thrown[0].getMessage().contains("belongs to thread"), thrown[0].getMessage());
    }
  }

  @Test
  void tensorsOfOtherThreadsAreLeftAlone() throws InterruptedException {
    var theirs = new Tensor[1];
    try (var scope = new Scope()) {
      Thread other = new Thread(() -> theirs[0] = torch.ones(3));
      other.start();
      other.join();
    }
    assertEquals(3, total(theirs[0]));
    theirs[0].close();
  }

  private static double total(Tensor tensor) {
    try (var scope = new Scope()) {
      return tensor.mul(new Scalar(1.0)).sum().item_double();
    }
  }
}
