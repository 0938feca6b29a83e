package dev.hale.app.train;

import java.util.List;

/** A process that does what its first argument says. */
final class EchoMain {
  private EchoMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    WorkerProcesses.endWithLauncher();
    List<String> given = List.of(arguments);
    int rank = Integer.parseInt(given.get(given.indexOf("--rank") + 1));
    switch (given.get(0)) {
      case "echo" -> {
        System.out.println("[Gloo] Rank 0 is connected");
        System.out.println(String.join(" ", given.subList(0, given.size() - 1)));
        System.out.println(
            "processors %d, OMP %s"
                .formatted(
                    Runtime.getRuntime().availableProcessors(), System.getenv("OMP_NUM_THREADS")));
        System.err.println("error of " + rank);
      }
      case "fail" -> {
        if (rank == 1) {
          System.exit(7);
        }
        sleep();
      }
      case "die" -> {
        if (rank == 1) {
          Runtime.getRuntime().halt(128 + 9);
        }
        sleep();
      }
      case "launch" ->
          new WorkerProcesses(EchoMain.class.getName(), List.of("report"), 2)
              .run(System.out, System.err);
      default -> {
        System.out.println("pid " + ProcessHandle.current().pid());
        sleep();
      }
    }
  }

  private static void sleep() throws InterruptedException {
    Thread.sleep(100_000);
  }
}
