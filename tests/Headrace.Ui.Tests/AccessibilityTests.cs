using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Headrace.Ui.Tests;

public sealed class AccessibilityTests(Browser browser)
{
    [Theory]
    [MemberData(nameof(Pages.All), MemberType = typeof(Pages))]
    public async Task Axe_finds_nothing_in_light(string path) => await CheckAsync(path, ColorScheme.Light, 1280);

    [Theory]
    [MemberData(nameof(Pages.All), MemberType = typeof(Pages))]
    public async Task Axe_finds_nothing_in_dark(string path) => await CheckAsync(path, ColorScheme.Dark, 1280);

    [Theory]
    [MemberData(nameof(Pages.All), MemberType = typeof(Pages))]
    public async Task Axe_finds_nothing_on_a_narrow_screen(string path) => await CheckAsync(path, ColorScheme.Dark, 360);

    [Theory]
    [InlineData(Pages.Today)]
    [InlineData(Pages.Meters)]
    [InlineData(Pages.MeterDay)]
    public async Task The_keyboard_reaches_everything_and_shows_where_it_is(string path)
    {
        await using var opened = await browser.OpenAsync(path);
        var page = opened.Page;
        if (path == Pages.Today) await page.Locator("#live-pause").ClickAsync();
        var expected = await page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary, [tabindex=\"0\"]')]" +
            ".filter(e => e.checkVisibility()).length");
        await page.EvaluateAsync("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }");
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var wrapped = 0;
        for (var i = 0; i < (expected * 4) + 10; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var focus = await page.EvaluateAsync<string?>(
                """
                () => {
                  const e = document.activeElement;
                  if (!e || e === document.body) return null;
                  const style = getComputedStyle(e);
                  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                  const all = [...document.querySelectorAll('*')];
                  return `${all.indexOf(e)} ${ring ? '' : 'without a ring: ' + e.outerHTML.slice(0, 120)}`;
                }
                """);
            if (focus is null)
            {
                // Past the last element; a second time means all round.
                if (wrapped++ > 0) break;
                continue;
            }

            Assert.DoesNotContain("without a ring", focus, StringComparison.Ordinal);
            reached.Add(focus);
        }

        Assert.Equal(expected, reached.Count);
    }

    [Fact]
    public async Task The_first_tab_offers_to_skip_to_the_content()
    {
        await using var opened = await browser.OpenAsync(Pages.Meters);
        await opened.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await opened.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await opened.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await opened.Page.EvaluateAsync<string>("() => document.activeElement.id"));
    }

    private async Task CheckAsync(string path, ColorScheme scheme, int width)
    {
        await using var opened = await browser.OpenAsync(path, scheme, width);
        // The table of a day stands for that of a week, which has seven times the rows for axe to look at.
        var table = opened.Page.Locator("details");
        if (path != Pages.Meter && await table.CountAsync() > 0) await table.EvaluateAsync("e => e.open = true");
        var result = await opened.Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v =>
            $"{v.Id}: {v.Help}\n  " +
            $"{string.Join("\n  ", v.Nodes.Take(4).Select(n => n.Html + " " + string.Join(' ', n.Any.Select(a => a.Message))))}")));
        Assert.True(result.Passes.Length > 10);
    }
}
