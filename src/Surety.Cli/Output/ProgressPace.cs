using Surety.Core.Progress;

namespace Surety.Cli.Output;

/// <summary>Decides what a display shows from one look at the progress to the next.</summary>
internal sealed class ProgressPace
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private ProgressPhase phase;
    private string? note;
    private TimeSpan phaseStartedAt;
    private TimeSpan shownAt;
    private bool begun;

    /// <param name="start">The progress before anything began: its phase is never shown.</param>
    public ProgressPace(ProgressSnapshot start) => (phase, phaseStartedAt) = (start.Phase, start.Elapsed);

    /// <summary>The line of this moment; null before the first phase.</summary>
    public string? Line(ProgressSnapshot now)
    {
        Observe(now);
        return begun ? ProgressText.Line(now, now.Elapsed - phaseStartedAt) : null;
    }

    /// <summary>As <see cref="Line"/>, but only where it is due: a new phase or note, or ten seconds after the last.</summary>
    public string? LineIfDue(ProgressSnapshot now)
    {
        var news = Observe(now);
        if (!begun || (!news && now.Elapsed - shownAt < Interval))
        {
            return null;
        }

        shownAt = now.Elapsed;
        return ProgressText.Line(now, now.Elapsed - phaseStartedAt);
    }

    /// <summary>True where there is something new to say.</summary>
    private bool Observe(ProgressSnapshot now)
    {
        var newPhase = !ReferenceEquals(phase, now.Phase);
        var newNote = now.Note is not null && now.Note != note;
        note = now.Note;
        if (newPhase)
        {
            (phase, phaseStartedAt, begun) = (now.Phase, now.Elapsed, true);
        }

        return newPhase || newNote;
    }
}
