using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Runs;

/// <summary>
/// The command line as a program: every operation is a process of its own, so that one that hangs can be ended, and a
/// server stays small and lives on (docs/decisions/0023).
/// </summary>
internal sealed class SuretyProgram(SuretyProgramPlace place, ServerSetting server, TimeProvider clock)
{
    /// <summary>For what a program has written to arrive, once it has ended; something that it left may hold its streams open.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);
    private const int MostOutput = 32 * 1024 * 1024;

    /// <summary>Runs one command to its end.</summary>
    /// <param name="arguments">The command and what follows it.</param>
    /// <param name="requestedBy">For the journal.</param>
    /// <param name="limit">After which it is killed, its own <c>--timeout</c> having failed; null for never.</param>
    /// <param name="tell">Given each line that it writes on stderr.</param>
    /// <param name="stopping">Asks it to stop, as Ctrl-C does, and kills it where it does not.</param>
    public async Task<ProgramOutcome> RunAsync(
        IReadOnlyList<string> arguments,
        string requestedBy,
        TimeSpan? limit,
        Action<AttachedLine> tell,
        CancellationToken stopping
    )
    {
        using var process = Start(arguments, requestedBy);
        var output = ReadOutputAsync(process);
        var lines = ReadLinesAsync(process, tell);
        var ending = await EndAsync(process, limit, stopping);
        await Task.WhenAny(Task.WhenAll(output, lines), Task.Delay(Drain, clock, CancellationToken.None));
        return new ProgramOutcome(
            ending.WasKilled ? null : process.ExitCode,
            output.IsCompletedSuccessfully ? await output : null,
            ending.WasLate
        );
    }

    private Process Start(IReadOnlyList<string> arguments, string requestedBy)
    {
        var start = new ProcessStartInfo(place.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = place.WorkingDirectory,
        };
        foreach (var argument in place.Before.Concat(arguments).Append("--attached"))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["SURETY_REQUESTED_BY"] = requestedBy;
        return Process.Start(start) ?? throw new Win32Exception($"{place.Program} did not start");
    }

    /// <summary>Waits for the end, and brings it about where the limit passes or somebody stops the run.</summary>
    private async Task<(bool WasKilled, bool WasLate)> EndAsync(
        Process process,
        TimeSpan? limit,
        CancellationToken stopping
    )
    {
        using var late = new CancellationTokenSource(limit + server.Grace ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            await process.WaitForExitAsync(either.Token);
            return (false, false);
        }
        catch (OperationCanceledException)
        {
            // The leash: a command that is attached stops as by Ctrl-C.
            process.StandardInput.Close();
        }

        try
        {
            await process
                .WaitForExitAsync(CancellationToken.None)
                .WaitAsync(server.Grace, clock, CancellationToken.None);
            return (false, late.IsCancellationRequested);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return (true, late.IsCancellationRequested);
        }
    }

    private static async Task<JsonElement?> ReadOutputAsync(Process process)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var stream = process.StandardOutput.BaseStream;
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            // Read on: a program whose output nobody reads would wait for ever.
            if (output.Length + read <= MostOutput)
            {
                output.Write(buffer, 0, read);
            }
        }

        try
        {
            output.Position = 0;
            using var document = await JsonDocument.ParseAsync(output);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task ReadLinesAsync(Process process, Action<AttachedLine> tell)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            tell(LineOf(line));
        }
    }

    private static AttachedLine LineOf(string line)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, RunJson.Default.AttachedLine) is { } known)
            {
                return known;
            }
        }
        catch (JsonException)
        {
            // What a library or the runtime wrote.
        }

        return new AttachedLine(null, line, null);
    }
}

/// <param name="ExitCode">Null where it had to be killed.</param>
/// <param name="Document">What it printed; null where that was no JSON.</param>
/// <param name="WasLate">True where it was ended because its time was over, which it had not seen itself.</param>
internal sealed record ProgramOutcome(int? ExitCode, JsonElement? Document, bool WasLate);
