package dev.hale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LoadingFailureTest {
  @Test
  void anotherLibTorchIsNamedWhereTheLinkerMissesASymbol() {
    // as glibc said where DJL's LibTorch 2.7.1 was loaded first
    String linker = "libtorch_cpu.so: undefined symbol: _ZNK3c1011StorageImpl15incref_pyobjectEv";
    String told = Engine.loadingFailure(linker);
    assertTrue(told.startsWith(linker + "; another LibTorch is in this process"), told);
  }

  @Test
  void otherFailuresStayAsTheyAre() {
    String other = "libm.so.6: version `GLIBC_2.38' not found";
    assertEquals(other, Engine.loadingFailure(other));
  }
}
