using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Surety.Core.Postgres;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Cli;

/// <summary>What one run of the program did.</summary>
internal sealed record ProgramRun(int ExitCode, string Out, string Error)
{
    /// <summary>The one document on stdout.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Out);

    public JsonElement Failure => Json.GetProperty("error");
}

/// <summary>The built program, run as a process of its own against a repository in a folder of its own.</summary>
internal sealed class SuretyProgram : IDisposable
{
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int processId, int signal);

    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly TemporaryFolder folder = new();

    public string Folder => folder.Path;
    public string Repository => folder.Combine("repository");

    /// <summary>Beside the variables of the test process; null takes one away.</summary>
    public Dictionary<string, string?> Environment { get; } = new() { ["SURETY_DB"] = null, ["DATABASE_URL"] = null };

    /// <summary>With a database to work on and a repository.</summary>
    public static async Task<SuretyProgram> OnAsync(ConnectionTarget database)
    {
        var program = new SuretyProgram();
        program.Use(database);
        (await program.RunAsync("init")).ExitCode.ShouldBe(0);
        return program;
    }

    public void Use(ConnectionTarget database)
    {
        Environment["SURETY_DB"] = database.ToString();
        Environment["PGPASSWORD"] = database.Password;
        Environment["SURETY_REPOSITORY"] = Repository;
    }

    public async Task<ProgramRun> RunAsync(params string[] arguments) => await EndOfAsync(Start(arguments));

    /// <summary>Runs it and requires that it ended well; returns its document.</summary>
    public async Task<JsonElement> RequireAsync(params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        run.ExitCode.ShouldBe(0, run.Error);
        return run.Json;
    }

    public Process Start(params string[] arguments) => Start("dotnet", [ProjectFolders.Program, .. arguments]);

    /// <summary>Its input stays open until the caller closes it.</summary>
    public Process StartAttached(params string[] arguments) =>
        StartOpen("dotnet", [ProjectFolders.Program, .. arguments, "--attached"]);

    /// <summary>
    /// A program in between that runs it attached, to be killed. The first line that it writes is the id of what it runs.
    /// </summary>
    public Process StartAttachedToAnother(params string[] arguments) =>
        StartOpen("dotnet", [HelperProcess.Assembly, HelperProcess.RunAttached, .. arguments]);

    /// <summary>Starts it as a user who is not root, by <c>setpriv</c> where the tests run as root.</summary>
    public Process StartUnprivileged(params string[] arguments) =>
        System.Environment.IsPrivilegedProcess
            ? Start(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", DotnetPath, ProjectFolders.Program, .. arguments]
            )
            : Start(arguments);

    public static void PressCtrlC(Process process) => Send(process.Id, Interrupt).ShouldBe(0);

    public static void AskToEnd(Process process) => Send(process.Id, Terminate).ShouldBe(0);

    public static async Task<ProgramRun> EndOfAsync(Process process)
    {
        using var _ = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramRun(process.ExitCode, await output, await error);
    }

    /// <summary>The files of a folder of the repository.</summary>
    public string[] Files(string name)
    {
        var path = Path.Combine(Repository, name);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [];
    }

    /// <summary>Takes the right to write in the repository from everybody, and lets everybody read.</summary>
    public void MakeReadOnly()
    {
        const UnixFileMode enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.SetUnixFileMode(Folder, UnixFileMode.UserWrite | read | enter);
        foreach (var path in Paths())
        {
            File.SetUnixFileMode(path, Directory.Exists(path) ? read | enter : read);
        }
    }

    public void Dispose()
    {
        foreach (var path in Paths().Where(Directory.Exists))
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserWrite);
        }

        folder.Dispose();
    }

    private IEnumerable<string> Paths() =>
        Directory.Exists(Repository)
            ? [Repository, .. Directory.GetFileSystemEntries(Repository, "*", SearchOption.AllDirectories)]
            : [];

    private static string DotnetPath => System.Environment.ProcessPath!;

    private Process Start(string program, string[] arguments)
    {
        var process = StartOpen(program, arguments);
        process.StandardInput.Close();
        return process;
    }

    private Process StartOpen(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Folder,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
