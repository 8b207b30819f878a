using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// What a program printed on standard error: its first and its last lines, so that a flood of warnings neither fills the
/// memory nor hides the first error.
/// </summary>
internal sealed partial class ToolMessages
{
    private const int Kept = 100;
    private const int LinesInSummary = 12;
    private const int TailInSummary = 4;

    private readonly List<string> first = [];
    private readonly Queue<string> last = [];
    private long dropped;

    /// <summary>The lines that were kept, in order.</summary>
    public IReadOnlyList<string> Lines =>
        dropped == 0 ? [.. first, .. last] : [.. first, $"({dropped} lines left out)", .. last];

    public static async Task<ToolMessages> CollectAsync(TextReader reader)
    {
        var messages = new ToolMessages();
        while (await reader.ReadLineAsync() is { } line)
        {
            messages.Add(line);
        }

        return messages;
    }

    /// <summary>The lines that say what went wrong, without the program's name and without the command's secrets.</summary>
    public string Summary(ToolCommand command)
    {
        var lines = command.Noise is { } noise
            ? Lines.Where(line => !line.Contains(noise, StringComparison.Ordinal)).ToList()
            : Lines;
        var telling = lines.Where(line => Telling().IsMatch(line)).Take(LinesInSummary).ToList();
        if (telling.Count == 0)
        {
            telling = [.. lines.Where(line => !string.IsNullOrWhiteSpace(line)).TakeLast(TailInSummary)];
        }

        if (telling.Count == 0)
        {
            return "it printed no reason";
        }

        var text = string.Join('\n', telling.Select(line => Prefix().Replace(line, "")));
        return command.Environment.TryGetValue("PGPASSWORD", out var secret) && secret.Length > 0
            ? text.Replace(secret, "***", StringComparison.Ordinal)
            : text;
    }

    private void Add(string line)
    {
        if (first.Count < Kept)
        {
            first.Add(line);
            return;
        }

        last.Enqueue(line);
        if (last.Count > Kept)
        {
            last.Dequeue();
            dropped++;
        }
    }

    [GeneratedRegex("error:|fatal:|panic:|detail:|hint:|cannot|not found", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();

    [GeneratedRegex("^[a-z_]+: error: ")]
    private static partial Regex Prefix();
}
