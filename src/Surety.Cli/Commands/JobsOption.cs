using System.CommandLine;

namespace Surety.Cli.Commands;

/// <summary><c>--jobs N</c>: how much is done at once.</summary>
internal static class JobsOption
{
    private const int Most = 64;

    /// <summary>More sessions than this rarely help and always weigh on the server.</summary>
    public static int Standard => Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Its value is null where the option is not given.</summary>
    public static Option<int?> Create(string description)
    {
        var option = new Option<int?>("--jobs") { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int?>() is not (< 1 or > Most))
            {
                return;
            }

            result.AddError($"--jobs takes a number from 1 to {Most}");
        });
        return option;
    }
}
