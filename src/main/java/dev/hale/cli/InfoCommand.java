package dev.hale.cli;

import dev.hale.Version;
import dev.hale.engine.DeviceException;
import dev.hale.engine.Engine;
import dev.hale.engine.EngineInfo;
import dev.hale.engine.kernels.KernelReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what hale runs on. A part that cannot be loaded is reported, and the rest all the same. */
@Command(
    name = "info",
    header = "show versions, devices, native kernels and threads",
    description = {
      "Shows what hale runs on: versions, platform, devices, the native kernels with the"
          + " instruction set they picked, and threads. Put it into a report of a problem.",
      "",
      "The exit status is 5 if LibTorch or hale's own kernels cannot be loaded."
    },
    footer = {"  hale info", "  hale info --json | jq -r .kernels"})
final class InfoCommand implements Callable<Integer> {
  @Mixin Output output;

  @Override
  public Integer call() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("hale", Version.current());
    facts.put("java", Runtime.version().toString());
    facts.put("javaVendor", System.getProperty("java.vendor"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("processors", Runtime.getRuntime().availableProcessors());
    facts.put("heapMiB", Runtime.getRuntime().maxMemory() >> 20);
    boolean engine = addEngine(facts);
    boolean kernels = engine && addKernels(facts); // not without LibTorch
    output.print(facts, () -> text(facts));
    return (kernels ? ExitCode.OK : ExitCode.DEVICE).code();
  }

  private boolean addEngine(Map<String, Object> facts) {
    try {
      EngineInfo engine = Engine.info();
      String[] versions = engine.libTorch().split("-", 2); // of LibTorch, then of its binding
      facts.put("libTorch", versions[0]);
      facts.put("javaCpp", versions.length > 1 ? versions[1] : "unknown");
      facts.put("platform", engine.platform());
      facts.put("libTorchCpu", engine.cpuCapability());
      facts.put("paddedChannels", engine.padsChannels() ? engine.paddedChannels() : null);
      facts.put("threads", engine.threads());
      facts.put("cudaDevices", engine.cudaDevices());
      facts.put("whyNoCuda", engine.cudaAvailable() ? null : engine.whyNoCuda());
      return true;
    } catch (DeviceException e) {
      facts.put("libTorch", null);
      facts.put("kernels", null);
      output.warn(e.getMessage());
      return false;
    }
  }

  private boolean addKernels(Map<String, Object> facts) {
    try {
      facts.put("kernels", KernelReport.cpu());
      return true;
    } catch (DeviceException e) {
      facts.put("kernels", null);
      output.warn(e.getMessage());
      return false;
    }
  }

  private static String text(Map<String, Object> facts) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("hale", "hale");
    names.put("java", "Java");
    names.put("javaVendor", "Java vendor");
    names.put("system", "system");
    names.put("platform", "platform");
    names.put("processors", "processors");
    names.put("heapMiB", "Java heap, MiB");
    names.put("libTorch", "LibTorch");
    names.put("javaCpp", "JavaCPP");
    names.put("libTorchCpu", "LibTorch's CPU code");
    names.put("paddedChannels", "channels padded to");
    names.put("kernels", "hale's kernels");
    names.put("threads", "threads");
    names.put("cudaDevices", "CUDA devices");
    names.put("whyNoCuda", "why no CUDA");
    return names.entrySet().stream()
        .filter(name -> facts.get(name.getKey()) != null)
        .map(name -> "%-20s  %s%n".formatted(name.getValue(), facts.get(name.getKey())))
        .collect(Collectors.joining());
  }
}
