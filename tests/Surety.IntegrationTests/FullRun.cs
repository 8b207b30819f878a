namespace Surety.IntegrationTests;

/// <summary>How much of a suite is run: a short form always, the long one by <c>./test.sh --full</c>.</summary>
internal static class FullRun
{
    private static bool IsFull => Environment.GetEnvironmentVariable("SURETY_TEST_FULL") == "1";

    /// <summary>The seed that is replayed; null where each run draws its own.</summary>
    public static int? Replayed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SURETY_TEST_SEED"), out var seed) ? seed : null;

    public static int Of(int shortForm, int full) => IsFull ? full : shortForm;

    public static IEnumerable<T> Of<T>(IReadOnlyList<T> all, int shortForm) => IsFull ? all : all.Take(shortForm);

    /// <summary>Chance by a seed that is printed; <c>SURETY_TEST_SEED</c> replays one.</summary>
    public static Random Chance(string suite) => new(Seed(suite));

    public static int Seed(string suite)
    {
        var seed = Replayed ?? Random.Shared.Next();
        Console.WriteLine($"{suite}: SURETY_TEST_SEED={seed}");
        return seed;
    }
}
