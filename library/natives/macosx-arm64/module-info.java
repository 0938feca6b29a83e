/** hale's native kernels, and with them LibTorch's and OpenBLAS's libraries, for macosx-arm64. */
module dev.hale.macosx.arm64 {
  requires transitive dev.hale;
  requires org.bytedeco.javacpp.macosx.arm64;
  requires org.bytedeco.openblas.macosx.arm64;
  requires org.bytedeco.pytorch.macosx.arm64;

  provides dev.hale.engine.PlatformNatives with
      dev.hale.natives.macosx.arm64.MacosxArm64;
}
