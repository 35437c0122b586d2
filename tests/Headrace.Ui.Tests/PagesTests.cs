using System.Text.RegularExpressions;
using Headrace.Tests.Shared;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Headrace.Ui.Tests;

public sealed class PagesTests(Browser browser)
{
    [Theory]
    [MemberData(nameof(Pages.All), MemberType = typeof(Pages))]
    public async Task Nothing_scrolls_sideways_on_a_narrow_screen(string path)
    {
        await using var opened = await browser.OpenAsync(path, width: 360);
        Assert.Equal(360, await opened.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    [Theory]
    [InlineData(Pages.Today)]
    [InlineData(Pages.Meters)]
    [InlineData(Pages.MeterDay)]
    [InlineData(Pages.MeterMonth)]
    public async Task The_browser_has_nothing_to_complain_about(string path)
    {
        await using var opened = await browser.OpenAsync(path);
        await opened.Page.WaitForTimeoutAsync(500);
        await opened.Page.Locator("#theme").ClickAsync();
        await opened.Page.WaitForTimeoutAsync(200);
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task Today_changes_by_itself_while_it_is_watched_and_stands_still_while_paused()
    {
        await using var opened = await browser.OpenAsync(Pages.Today);
        var page = opened.Page;
        await Expect(page.Locator("#live-state")).ToContainTextAsync("Live");
        var before = await page.Locator("#live-pulse .big").InnerTextAsync();
        await browser.Server.PushAsync(30, TestContext.Current.CancellationToken);
        await Expect(page.Locator("#live-pulse .big")).Not.ToHaveTextAsync(before);
        await page.Locator("#live-pause").ClickAsync();
        await Expect(page.Locator("#live-state")).ToContainTextAsync("Paused");
        await Expect(page.Locator("#live-pause")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Locator("#live-pause").ClickAsync();
        await Expect(page.Locator("#live-state")).ToContainTextAsync("Live");
    }

    [Fact]
    public async Task A_part_of_today_that_has_the_focus_is_not_taken_away()
    {
        await using var opened = await browser.OpenAsync(Pages.Today);
        var page = opened.Page;
        await Expect(page.Locator("#live-state")).ToContainTextAsync("Live");
        await page.Locator("#live-events a").First.FocusAsync();
        await page.EvaluateAsync("() => { window.kept = document.activeElement; }");
        await browser.Server.PushAsync(10, TestContext.Current.CancellationToken);
        await page.WaitForTimeoutAsync(3_000);
        Assert.True(await page.EvaluateAsync<bool>("() => window.kept === document.activeElement"));
    }

    [Fact]
    public async Task A_search_from_any_page_by_slash_leads_to_the_meter()
    {
        await using var opened = await browser.OpenAsync(Pages.Today);
        var page = opened.Page;
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("784001");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/meters\\?search=784001$"));
        await Expect(page.Locator("#count")).ToContainTextAsync("matches");
        await page.Locator(".row-link").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync(SampleServer.Gappy);
        await page.GoBackAsync();
        await Expect(page.Locator("#search")).ToHaveValueAsync("784001");
    }

    [Fact]
    public async Task Arrow_keys_walk_the_list_and_the_next_page_follows()
    {
        await using var opened = await browser.OpenAsync(Pages.Meters);
        var page = opened.Page;
        await page.Locator(".row-link").First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal(SampleServer.Gappy, await page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await page.Locator("a[rel=next]").ClickAsync();
        await Expect(page.Locator(".pager")).ToContainTextAsync("51 to 100 of 125");
    }

    [Fact]
    public async Task The_chart_is_drawn_with_its_gap_and_tells_what_is_pointed_at()
    {
        await using var opened = await browser.OpenAsync(Pages.MeterDay);
        var page = opened.Page;
        await Expect(page.Locator(".plot canvas")).ToHaveCountAsync(1);
        Assert.True(await page.EvaluateAsync<int>(
            """
            () => {
              const canvas = document.querySelector('.plot canvas');
              const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              let inked = 0;
              for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) inked++;
              return inked;
            }
            """) > 5_000);
        var over = page.Locator(".plot .u-over");
        var box = (await over.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 14.25f / 24), box.Y + 20);
        await Expect(page.Locator(".readout")).ToHaveTextAsync(new Regex("2026-03-30 14:\\d\\d.*: missing"));
        await page.Mouse.MoveAsync(box.X + (box.Width * 20.1f / 24), box.Y + 20);
        await Expect(page.Locator(".readout")).ToHaveTextAsync(new Regex("2026-03-30 (19|20):\\d\\d.*Active energy import \\d+\u00a0Wh"));
        await Expect(page.Locator(".plot .uplot")).ToHaveAttributeAsync("aria-label", new Regex("10 missing in 1 gaps?"));
    }

    [Fact]
    public async Task The_theme_button_turns_the_page_over_and_is_remembered()
    {
        await using var opened = await browser.OpenAsync(Pages.Meter);
        var page = opened.Page;
        var light = await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).backgroundColor");
        await page.Locator("#theme").ClickAsync();
        await Expect(page.Locator("#theme")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator(".plot canvas")).ToHaveCountAsync(1);
        await page.GotoAsync(Pages.Meters);
        Assert.NotEqual(light, await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).backgroundColor"));
        await Expect(page.Locator("#theme")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task Without_scripts_everything_can_be_read_and_searched()
    {
        await using var opened = await browser.OpenAsync(Pages.MeterDay, scripts: false);
        var page = opened.Page;
        await Expect(page.Locator("svg.drawing")).ToBeVisibleAsync();
        await page.Locator("summary").ClickAsync();
        await Expect(page.Locator("tr.missing").First).ToBeVisibleAsync();
        await Expect(page.Locator("#theme")).ToBeHiddenAsync();
        await page.GotoAsync(Pages.Today);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Reload" })).ToBeVisibleAsync();
        await Expect(page.Locator("#live-pause")).ToBeHiddenAsync();
        await page.Locator("#site-search").FillAsync("784002");
        await page.Locator("#site-search").PressAsync("Enter");
        await page.Locator(".row-link").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Read now" }).ClickAsync();
        await Expect(page.Locator("[role=status]")).ToContainTextAsync("The meter was read");
    }
}
